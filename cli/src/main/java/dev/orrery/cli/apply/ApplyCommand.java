package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.ConfirmOptions;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TextColour;
import dev.orrery.protocol.text.SafeText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery apply}: creates and updates jobs from files. */
@Command(
    name = "apply",
    description =
        "Creates and updates the jobs of files, those of an app all or none. All are checked before"
            + " the first one is written; unchanged jobs are left alone.",
    mixinStandardHelpOptions = true)
public final class ApplyCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description =
          "File in YAML or JSON with 'app:' and 'jobs:' at the top, and possibly 'owner:'; '-' for"
              + " standard input; or a folder, for its files .yaml, .yml and .json. Repeatable.")
  private List<Path> files;

  @Option(names = "--dry-run", description = "Only show the changes.")
  private boolean dryRun;

  @Option(
      names = "--prune",
      description =
          "Delete the jobs of the same owner that the files do not have, of the apps in the files"
              + " only. Asks first.")
  private boolean prune;

  @Option(
      names = "--owner",
      paramLabel = "NAME",
      description =
          "Mark the jobs as managed by these files; default: 'owner:' of the files. Jobs of another"
              + " owner are refused.")
  private String owner;

  @Mixin private ConfirmOptions confirmation;
  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (prune && !dryRun) {
      confirmation.requireAnswerable("--prune deletes jobs", ", or --dry-run to see them");
    }
    FileErrors errors = new FileErrors();
    List<AppJobs> apps = read(errors);
    JobsFileApplier applier = new JobsFileApplier(options.client());
    List<JobsFileApplier.Plan> plans = applier.plan(apps, prune, errors);
    errors.throwIfAny();
    CommandOutput view = output.view(spec.commandLine());
    applier.requireMayCreate(plans);
    plans.forEach(plan -> plan.hints().forEach(view::note));
    if (!dryRun) {
      confirm(plans, view);
    }
    for (JobsFileApplier.Plan plan : plans) {
      JobsFileApplier.Plan shown = dryRun ? plan : applier.apply(plan);
      if (output.isJson()) {
        view.print(json(shown));
      } else {
        print(shown, view);
      }
    }
    return ExitCode.OK;
  }

  /** Reads the files. Files that contradict each other are refused; the scheduler is not asked. */
  private List<AppJobs> read(FileErrors errors) {
    List<JobsFile> read = JobsFile.readAll(files, errors);
    int withinFiles = errors.count();
    List<AppJobs> apps = AppJobs.of(read, owner, errors);
    if (prune) {
      apps.forEach(app -> requireOwner(app, errors));
    }
    if (errors.count() > withinFiles) {
      errors.throwIfAny();
    }
    return apps;
  }

  private static void requireOwner(AppJobs app, FileErrors errors) {
    if (app.owner() == null) {
      errors.add(
          UserException.usage(
              "--prune deletes jobs of the same owner only: add --owner NAME, or 'owner: NAME' at"
                  + " the top of a file of app "
                  + app.app()));
    }
  }

  private void confirm(List<JobsFileApplier.Plan> plans, CommandOutput view) {
    List<String> deleted =
        plans.stream()
            .flatMap(
                plan ->
                    plan.jobs().stream()
                        .filter(JobsFileApplier.PlannedJob::isDeleted)
                        .map(job -> job.name() + " of app " + plan.app()))
            .toList();
    if (deleted.isEmpty()) {
      return;
    }
    int unlisted = plans.stream().mapToInt(JobsFileApplier.Plan::unlistedDeletions).sum();
    confirmation.ask(
        "Delete "
            + String.join(", ", deleted)
            + (unlisted == 0 ? "" : " and " + unlisted + " more")
            + ", with their waiting instances?",
        view);
  }

  private ObjectNode json(JobsFileApplier.Plan plan) {
    ObjectNode app =
        JsonNodeFactory.instance
            .objectNode()
            .put("app", plan.app())
            .put("created", plan.createsApp())
            .put("dryRun", dryRun);
    if (plan.unlistedDeletions() > 0) {
      app.put("unlistedDeletions", plan.unlistedDeletions());
    }
    ArrayNode jobs = app.putArray("jobs");
    plan.jobs().forEach(job -> jobs.add(json(job)));
    return app;
  }

  private static ObjectNode json(JobsFileApplier.PlannedJob job) {
    ObjectNode json =
        JsonNodeFactory.instance.objectNode().put("name", job.name()).put("change", job.change());
    json.set("differences", job.differences());
    if (job.truncated()) {
      json.put("truncated", true);
    }
    return json;
  }

  private void print(JobsFileApplier.Plan plan, CommandOutput view) {
    view.print("app " + plan.app() + (plan.createsApp() ? verb(" created", " to be created") : ""));
    Map<String, Integer> counts = new TreeMap<>();
    int width = plan.jobs().stream().mapToInt(job -> job.name().length()).max().orElse(1);
    for (JobsFileApplier.PlannedJob job : plan.jobs()) {
      counts.merge(job.change(), 1, Integer::sum);
      view.print(line(padded(job.name(), width), job.change(), view));
      job.differences().forEach(difference -> view.print(line(difference)));
      if (job.truncated()) {
        view.print("      and more: the plan shows the first 1 MiB of differences");
      }
    }
    if (plan.unlistedDeletions() > 0) {
      view.print(line("and " + plan.unlistedDeletions() + " more", "delete", view));
      counts.merge("delete", plan.unlistedDeletions(), Integer::sum);
    }
    view.print(
        counts.getOrDefault("create", 0)
            + verb(" created, ", " to be created, ")
            + counts.getOrDefault("update", 0)
            + verb(" updated, ", " to be updated, ")
            + counts.getOrDefault("none", 0)
            + " unchanged"
            + (prune
                ? ", " + counts.getOrDefault("delete", 0) + verb(" deleted", " to be deleted")
                : ""));
  }

  private static String padded(String name, int width) {
    return String.format("%-" + width + "s", name);
  }

  private String line(String name, String kind, CommandOutput view) {
    return switch (kind) {
      case "create" -> line("+", TextColour.GREEN, name, verb("created", "new"), view);
      case "update" -> line("~", TextColour.YELLOW, name, verb("updated", "changes"), view);
      case "delete" -> line("-", TextColour.RED, name, verb("deleted", "would be deleted"), view);
      default -> line("=", TextColour.PLAIN, name, "unchanged", view);
    };
  }

  private static String line(
      String sign, TextColour colour, String name, String change, CommandOutput view) {
    return "  " + colour.paint(sign, view.terminal()) + " " + name + "  " + change;
  }

  private static String line(JsonNode difference) {
    String from = difference.has("from") ? difference.get("from").toString() : "(absent)";
    String to = difference.has("to") ? difference.get("to").toString() : "(absent)";
    return SafeText.json("      " + difference.path("field").asText() + ": " + from + " -> " + to);
  }

  private String verb(String done, String planned) {
    return dryRun ? planned : done;
  }
}
