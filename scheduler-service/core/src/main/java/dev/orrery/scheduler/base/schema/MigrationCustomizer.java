package dev.orrery.scheduler.base.schema;

import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Makes Flyway use {@link MigrationDataSource}, whose connections have no short time-out. */
@Singleton
class MigrationCustomizer implements FlywayConfigurationCustomizer {
  @Override
  public void customize(FluentConfiguration configuration) {
    configuration.dataSource(new MigrationDataSource(configuration.getDataSource()));
  }
}
