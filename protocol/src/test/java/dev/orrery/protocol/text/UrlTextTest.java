package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          at http://u:p@host:1/x, done         | at http://***@host:1/x, done
          https://token@host                   | https://***@host
          postgresql://u:p/q@r@host/db         | postgresql://***@host/db
          jdbc:postgresql://u:p@host/db        | jdbc:postgresql://***@host/db
          http://a:1,http://u:p@b              | http://***@b
          jdbc:postgresql://h/db?user=u&password=p&ssl=true | jdbc:postgresql://h/db?user=u&password=***&ssl=true
          jdbc:postgresql://h/db?sslPassword=p | jdbc:postgresql://h/db?sslPassword=***
          https://h/hook?x=1&Access_Token=p#f  | https://h/hook?x=1&Access_Token=***
          jdbc:sqlserver://h;password=p;x=y    | jdbc:sqlserver://h;password=***;x=y
          host=h password=p dbname=d           | host=h password=*** dbname=d
          """)
  void masksPasswords(String text, String masked) {
    assertThat(UrlText.withoutPasswords(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:10010/api?job=x&after=12",
        "pekko://orrery@10.0.0.1:10086/user/x",
        "Session expired: app=a reason=TOKEN_REVOKED token=12",
        "mail a@example.com, see https://example.com/a",
        "key=value; token=12",
        ""
      })
  void keepsTextWithoutPasswordsUnchanged(String text) {
    assertThat(UrlText.withoutPasswords(text)).isEqualTo(text);
  }

  @Test
  void masksLongTextQuickly() {
    String text = "http://".repeat(500) + "a:".repeat(500) + "?pass".repeat(500) + "=";

    Assertions.assertTimeout(Duration.ofSeconds(10), () -> UrlText.withoutPasswords(text));
  }
}
