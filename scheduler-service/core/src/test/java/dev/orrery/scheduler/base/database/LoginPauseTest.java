package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginPauseTest {
  private static final String NO_CONNECTION_LEFT = "53300";
  private static final String WRONG_PASSWORD = "28P01";

  private final SettableTicker ticker = new SettableTicker();
  private final LoginPause pause = new LoginPause(ticker);

  @Test
  void repeatsLoginFailureDuringPause() {
    pause.failed(new SQLException("too many", NO_CONNECTION_LEFT));

    ticker.advance(LoginPause.LENGTH.minusNanos(1));
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(pause::require)
        .withMessage("too many")
        .satisfies(e -> assertThat(e.getSQLState()).isEqualTo(NO_CONNECTION_LEFT));
    ticker.advance(Duration.ofNanos(1));
    assertThatNoException().isThrownBy(pause::require);
  }

  @Test
  void startsNoPauseAfterWrongPassword() {
    pause.failed(new SQLException("wrong", WRONG_PASSWORD));

    assertThatNoException().isThrownBy(pause::require);
  }
}
