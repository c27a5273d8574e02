package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orrery parts}: lists the parts of an instance. */
@Command(
    name = "parts",
    description =
        "Lists the parts of an instance of a job with fanOut, oldest first. 'get' and 'logs' take"
            + " the ID of a part, too.",
    mixinStandardHelpOptions = true)
public final class PartsCommand implements Callable<Integer> {
  @ArgGroup private Only only = new Only();

  /** The parts that are listed; without an option, all. */
  static final class Only {
    @Option(names = "--failed", description = "Only parts that ended without success.")
    private boolean failed;

    @Option(names = "--active", description = "Only parts that wait or run.")
    private boolean active;

    private String word() {
      return failed ? "failed" : active ? "active" : "all";
    }
  }

  @Mixin private InstanceOptions instance;

  @Override
  public Integer call() {
    JsonNode parts =
        PageReader.read(
            instance.client(), instance.path() + "/parts?only=" + only.word(), Integer.MAX_VALUE);
    if (instance.isJson()) {
      instance.view().print(parts);
    } else {
      instance.view().print(PartTable.of(parts.path("items"), instance.view()));
    }
    return ExitCode.OK;
  }
}
