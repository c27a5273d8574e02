package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolConfigCheckTest {
  @ParameterizedTest
  @ValueSource(strings = {"http://orrery-http:10010", "https://orrery.example", "HTTP://[::1]:1/"})
  void acceptsHttpUrls(String address) {
    assertThatCode(() -> ProtocolConfigCheck.requireUrl(address)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"orrery-http:10010", "http://u:PASSWORD@h:10010", "ftp://h", "http://", ""})
  void refusesInvalidUrlsWithoutPrintingPasswords(String address) {
    assertThatThrownBy(() -> ProtocolConfigCheck.requireUrl(address))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("such as http://orrery-http:10010.")
        .hasMessageNotContaining("PASSWORD");
  }
}
