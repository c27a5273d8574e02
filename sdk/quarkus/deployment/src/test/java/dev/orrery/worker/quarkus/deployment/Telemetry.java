package dev.orrery.worker.quarkus.deployment;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.quarkus.builder.BuildChainBuilder;
import io.quarkus.deployment.Capability;
import io.quarkus.deployment.builditem.CapabilityBuildItem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What an application has by the extension of OpenTelemetry; keeps who asked for a tracer. */
@Singleton
class Telemetry implements OpenTelemetry {
  static final List<String> ASKED = new CopyOnWriteArrayList<>();

  /** Makes the build believe that the extension is there. */
  static void announce(BuildChainBuilder build) {
    build
        .addBuildStep(
            context ->
                context.produce(new CapabilityBuildItem(Capability.OPENTELEMETRY_TRACER, "a test")))
        .produces(CapabilityBuildItem.class)
        .build();
  }

  @Override
  public Tracer getTracer(String scope) {
    ASKED.add(scope);
    return getTracerProvider().get(scope);
  }

  @Override
  public TracerProvider getTracerProvider() {
    return TracerProvider.noop();
  }

  @Override
  public ContextPropagators getPropagators() {
    return ContextPropagators.noop();
  }
}
