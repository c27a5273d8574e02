package dev.orrery.worker.quarkus.otel;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.otel.SubmissionSpans;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.otel.AttemptSpans;
import dev.orrery.worker.quarkus.OrreryWorkerConfig;
import dev.orrery.worker.quarkus.client.OrreryClientConfig;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.annotation.Priority;
import jakarta.inject.Singleton;

/** Enables spans for submissions and attempts. Customizers of the application run after it. */
@Singleton
@Priority(Integer.MAX_VALUE)
public class TracingCustomizer implements OrreryWorkerCustomizer, OrreryClientCustomizer {
  private final OrreryWorkerConfig worker;
  private final OrreryClientConfig client;
  private final OpenTelemetry openTelemetry;

  TracingCustomizer(
      OrreryWorkerConfig worker, OrreryClientConfig client, OpenTelemetry openTelemetry) {
    this.worker = worker;
    this.client = client;
    this.openTelemetry = openTelemetry;
  }

  @Override
  public void customize(WorkerSettings settings) {
    if (worker.tracing()) {
      settings.tracing(AttemptSpans.of(openTelemetry));
    }
  }

  @Override
  public void customize(ClientSettings settings) {
    if (client.tracing()) {
      settings.tracing(SubmissionSpans.of(openTelemetry));
    }
  }
}
