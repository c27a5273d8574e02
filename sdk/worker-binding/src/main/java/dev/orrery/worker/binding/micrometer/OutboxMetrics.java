package dev.orrery.worker.binding.micrometer;

import dev.orrery.client.OutboxState;
import dev.orrery.worker.binding.client.OrreryOutbox;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Registers the metrics of the outbox; all processes of an application read the same table. */
public final class OutboxMetrics implements MeterBinder {
  private final Supplier<Optional<OutboxState>> state;
  private final InstantSource clock;

  public OutboxMetrics(Supplier<OrreryOutbox> outbox, InstantSource clock) {
    this.state = () -> outbox.get().state();
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "up",
        read -> read.problem().isEmpty() ? 1 : 0,
        "1 while the runs of the outbox can be submitted, otherwise 0");
    gauge(registry, "waiting", OutboxState::waiting, "Runs that are to be submitted");
    gauge(
        registry,
        "oldest.age.seconds",
        read -> read.oldestAge(clock.instant()).toMillis() / 1_000.0,
        "Age of the oldest run that is to be submitted");
    gauge(
        registry,
        "refused",
        OutboxState::refused,
        "Runs that the scheduler has refused, also those that are not tried any more");
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      ToDoubleFunction<OutboxState> value,
      String description) {
    Gauge.builder(
            "orrery.outbox." + name,
            this,
            from -> from.state.get().map(value::applyAsDouble).orElse(0.0))
        .description(description)
        .register(registry);
  }
}
