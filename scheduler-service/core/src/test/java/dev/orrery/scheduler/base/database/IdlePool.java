package dev.orrery.scheduler.base.database;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.SQLException;

/** A pool for tests that ask for no connection; it could make none. */
final class IdlePool {
  private IdlePool() {}

  static AgroalDataSource ofAtMost(int connections) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(connections)
                        .connectionFactoryConfiguration(
                            factory -> factory.jdbcUrl("jdbc:postgresql://127.0.0.1:1/none"))));
  }
}
