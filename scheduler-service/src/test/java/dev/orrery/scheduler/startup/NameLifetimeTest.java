package dev.orrery.scheduler.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.security.Security;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The time for which the address of a database with a name that moves is kept. */
class NameLifetimeTest {
  private static final String LIFETIME = "networkaddress.cache.ttl";

  private final String before = Security.getProperty(LIFETIME);

  /** A property cannot be removed. */
  @AfterEach
  void restore() {
    Security.setProperty(LIFETIME, before == null ? "30" : before);
  }

  @Test
  void addressIsKeptForFiveSecondsUnlessTheUserSaysOtherwise() {
    assumeThat(before).isNull();
    Main.shortenLifetimeOfNames();
    assertThat(Security.getProperty(LIFETIME)).isEqualTo("5");

    Security.setProperty(LIFETIME, "60");
    Main.shortenLifetimeOfNames();
    assertThat(Security.getProperty(LIFETIME)).isEqualTo("60");
  }
}
