package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.local.StackPorts;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.ProgramVersion;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code orrery doctor}: checks an installation, and names a fix for each problem. */
@Command(
    name = "doctor",
    description =
        "Checks the local stack, the API, the token, ports, workers, versions and the database, and"
            + " what instances wait for. Each line is OK, WARN or FAIL, with the fix. The exit code"
            + " is 1 if any is FAIL.",
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandOutput view = output.view(spec.commandLine());
    Path files = Path.of(".orrery");
    List<Finding> findings = findings(view, files);
    if (output.isJson()) {
      view.print(json(findings));
    } else {
      view.print(table(findings));
    }
    return findings.stream().anyMatch(finding -> finding.status() == Finding.Status.FAIL)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }

  /** Includes the processes of the local stack only if it is the queried scheduler. */
  private List<Finding> findings(CommandOutput view, Path files) {
    List<Finding> findings = new ArrayList<>();
    try {
      SchedulerClient client = options.client();
      findings.addAll(
          options.namesUrl()
              ? StackCheck.findings(files, client.url())
              : StackCheck.findings(files));
      findings.addAll(scheduler(client, view, files));
    } catch (UserException e) {
      findings.addAll(StackCheck.findings(files));
      findings.add(Finding.fail("connection", e.getMessage(), "see docs/cli.md, Connection"));
    }
    return findings;
  }

  private static List<Finding> scheduler(SchedulerClient client, CommandOutput view, Path files) {
    boolean isOfLocalStack = ClientOptions.isOfStack(files, client.url());
    int managementPort = StackPorts.ofApi(client.url().getPort()).schedulerHealth();
    return new SchedulerCheck(
            client, view.times(), ProgramVersion.text(), isOfLocalStack, managementPort)
        .findings();
  }

  private static ObjectNode json(List<Finding> findings) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    for (Finding finding : findings) {
      report
          .withArray("checks")
          .addObject()
          .put("check", finding.check())
          .put("status", finding.status().name())
          .put("detail", finding.detail())
          .put("fix", finding.fix().isEmpty() ? null : finding.fix());
    }
    return report;
  }

  private static TextTable table(List<Finding> findings) {
    TextTable table = new TextTable("STATUS", "CHECK", "FINDING").wrapping();
    for (Finding finding : findings) {
      table.add(
          new TableCell(finding.status().name(), colour(finding.status())),
          TableCell.of(finding.check()),
          TableCell.of(
              finding.detail() + (finding.fix().isEmpty() ? "" : " Fix: " + finding.fix())));
    }
    return table;
  }

  private static TextColour colour(Finding.Status status) {
    return switch (status) {
      case OK -> TextColour.GREEN;
      case WARN -> TextColour.YELLOW;
      case FAIL -> TextColour.RED;
    };
  }
}
