package dev.orrery.agent.startup;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Transport;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.startup.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What keeps an agent from starting, beside what the SDK itself refuses. */
final class WorkerCheck {
  private static final String PROTOCOL = "orrery.worker.protocol";
  private static final String PROCESSORS = "orrery.worker.processors";

  private WorkerCheck() {}

  /**
   * Reads the protocol as it was written: the configuration library takes an empty value for an
   * absent one.
   *
   * @param raw null if it is absent
   * @throws Refusal for anything but exactly one name that this build knows
   */
  static Transport protocol(String raw) {
    if (raw == null) {
      return Transport.HTTP;
    }
    if (raw.contains(",")) {
      throw new Refusal(
          PROTOCOL
              + "='"
              + raw
              + "': a worker has exactly one protocol. Valid names: "
              + Transport.validNames()
              + ".");
    }
    Transport transport;
    try {
      transport = Transport.parse(raw);
    } catch (UnknownNameException e) {
      throw new Refusal(PROTOCOL + "='" + raw + "': " + e.getMessage());
    }
    if (transport == Transport.AKKA) {
      throw new Refusal(
          PROTOCOL + "=akka, which this build does not contain. Set " + PROTOCOL + "=http.");
    }
    return transport;
  }

  /**
   * @throws Refusal naming the environment variable too, since that is how containers are set up
   */
  static String required(String key, Optional<String> value) {
    return value
        .filter(text -> !text.isBlank())
        .map(String::strip)
        .orElseThrow(
            () ->
                new Refusal(
                    key
                        + " is not set. Set it, or "
                        + key.toUpperCase(Locale.ROOT).replace('.', '_')
                        + " in the environment."));
  }

  /**
   * @throws Refusal for a processor that there is not, or not yet
   */
  static List<String> processors(List<String> names) {
    List<String> stripped = names.stream().map(String::strip).distinct().toList();
    for (String name : stripped) {
      switch (name) {
        case ProcessorSpec.NOOP, ProcessorSpec.SHELL -> {}
        case "http", "java" ->
            throw new Refusal(
                PROCESSORS
                    + " names '"
                    + name
                    + "', which this version does not run yet. Valid names: noop, shell.");
        default ->
            throw new Refusal(PROCESSORS + " names '" + name + "'. Valid names: noop, shell.");
      }
    }
    return stripped;
  }
}
