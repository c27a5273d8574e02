package dev.orrery.scheduler.base.schema;

import dev.orrery.scheduler.base.database.SchemaState;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Reports not ready if a newer release has changed the schema. */
@Readiness
@ApplicationScoped
class SchemaHealthCheck implements HealthCheck {
  private final SchemaState schema;

  SchemaHealthCheck(SchemaState schema) {
    this.schema = schema;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("schema").withData("own", schema.ownStep());
    return schema
        .newerStep()
        .map(
            step ->
                response
                    .down()
                    .withData("code", "SCHEMA_NEWER")
                    .withData("database", step)
                    .withData(
                        "reason",
                        "the database was changed by a newer release; this one does nothing on it")
                    .build())
        .orElseGet(() -> response.up().build());
  }
}
