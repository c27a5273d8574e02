package dev.orrery.scheduler.engine.agreement;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The worker ports that may be open and yet serve nobody. */
@Singleton
public class PortWatch {
  private final Map<String, Watched> ports = new ConcurrentHashMap<>();

  private record Watched(BooleanSupplier isResponding, LongSupplier replacements) {}

  PortWatch(MeterRegistry registry) {
    FunctionCounter.builder("orrery.akka.replacements", this, PortWatch::replacements)
        .description(
            "Actor systems behind the AKKA ports of this replica that were replaced, because they"
                + " had ended or did not answer")
        .register(registry);
  }

  /**
   * @param port as the log and the port plan name it
   * @param isResponding whether it has answered a message that went through it lately
   * @param replacements how often the part behind it was replaced
   */
  public void watch(String port, BooleanSupplier isResponding, LongSupplier replacements) {
    ports.put(port, new Watched(isResponding, replacements));
  }

  public void closed(String port) {
    ports.remove(port);
  }

  /** Returns the names of the ports that do not respond. */
  List<String> silent() {
    return ports.entrySet().stream()
        .filter(port -> !port.getValue().isResponding().getAsBoolean())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private long replacements() {
    return ports.values().stream().mapToLong(port -> port.replacements().getAsLong()).sum();
  }
}
