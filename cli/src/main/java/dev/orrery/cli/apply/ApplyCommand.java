package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ClientOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery apply}. */
@Command(
    name = "apply",
    description = "Creates and updates the jobs of a file. Unchanged jobs are left alone.",
    mixinStandardHelpOptions = true)
public final class ApplyCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "File in YAML or JSON with 'app:' and 'jobs:' at the top.")
  private Path file;

  @Option(names = "--dry-run", description = "Only show the changes.")
  private boolean dryRun;

  @Mixin private ClientOptions options;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    JobsFile jobs = JobsFile.read(file);
    JobsFileApplier applier = new JobsFileApplier(options.client());
    JobsFileApplier.Plan plan = applier.plan(jobs);
    if (!dryRun) {
      applier.apply(plan);
    }
    print(plan, spec.commandLine().getOut());
    return 0;
  }

  private void print(JobsFileApplier.Plan plan, PrintWriter out) {
    out.println(
        "app " + plan.file().app() + (plan.createsApp() ? verb(" created", " to be created") : ""));
    Map<String, Integer> counts = new TreeMap<>();
    int width = plan.jobs().keySet().stream().mapToInt(String::length).max().orElse(0);
    plan.jobs()
        .forEach(
            (name, change) -> {
              String kind = change.path("change").asText();
              counts.merge(kind, 1, Integer::sum);
              out.println(line(name, kind, width));
              change.path("differences").forEach(difference -> out.println(line(difference)));
            });
    out.printf(
        "%d %s, %d %s, %d unchanged%n",
        counts.getOrDefault("create", 0),
        verb("created", "to be created"),
        counts.getOrDefault("update", 0),
        verb("updated", "to be updated"),
        counts.getOrDefault("none", 0));
  }

  private String line(String name, String kind, int width) {
    String padded = String.format("%-" + Math.max(1, width) + "s", name);
    return switch (kind) {
      case "create" -> Ansi.AUTO.string("  @|green +|@ " + padded + verb("  created", "  new"));
      case "update" ->
          Ansi.AUTO.string("  @|yellow ~|@ " + padded + verb("  updated", "  changes"));
      default -> "  = " + padded + "  unchanged";
    };
  }

  private static String line(JsonNode difference) {
    String from = difference.has("from") ? difference.get("from").toString() : "(absent)";
    String to = difference.has("to") ? difference.get("to").toString() : "(absent)";
    return "      " + difference.path("field").asText() + ": " + from + " -> " + to;
  }

  private String verb(String done, String planned) {
    return dryRun ? planned : done;
  }
}
