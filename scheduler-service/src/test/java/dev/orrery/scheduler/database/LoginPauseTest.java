package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.scheduler.time.SettableTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class LoginPauseTest {
  private static final String NO_CONNECTION_LEFT = "53300";
  private static final String WRONG_PASSWORD = "28P01";

  private final SettableTicker ticker = new SettableTicker();
  private int logins;

  private PoolDriver refusing(String state) {
    return new PoolDriver(
        new org.postgresql.Driver() {
          @Override
          public Connection connect(String url, Properties info) throws SQLException {
            logins++;
            throw new SQLException("refused " + logins, state);
          }
        },
        ticker);
  }

  private static void assertRefused(PoolDriver driver, String message, String state) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> driver.connect("jdbc:postgresql:orrery", new Properties()))
        .withMessage(message)
        .satisfies(failure -> assertThat(failure.getSQLState()).isEqualTo(state));
  }

  @Test
  void callsDuringAPauseGetTheLastRefusalWithoutALogin() {
    PoolDriver driver = refusing(NO_CONNECTION_LEFT);

    assertRefused(driver, "refused 1", NO_CONNECTION_LEFT);
    ticker.advance(LoginPause.LENGTH.minusNanos(1));
    assertRefused(driver, "refused 1", NO_CONNECTION_LEFT);
    assertThat(logins).isEqualTo(1);
    ticker.advance(Duration.ofNanos(1));
    assertRefused(driver, "refused 2", NO_CONNECTION_LEFT);
  }

  @Test
  void otherRefusalsBeginNoPause() {
    PoolDriver driver = refusing(WRONG_PASSWORD);

    assertRefused(driver, "refused 1", WRONG_PASSWORD);
    assertRefused(driver, "refused 2", WRONG_PASSWORD);
  }
}
