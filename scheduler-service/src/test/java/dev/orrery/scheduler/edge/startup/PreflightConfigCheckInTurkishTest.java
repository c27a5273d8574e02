package dev.orrery.scheduler.edge.startup;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same where the capital of i is not I. */
class PreflightConfigCheckInTurkishTest extends PreflightConfigCheckTest {
  private static final Locale BEFORE = Locale.getDefault();

  @BeforeAll
  static void goToTurkey() {
    Locale.setDefault(Locale.forLanguageTag("tr-TR"));
  }

  @AfterAll
  static void comeBack() {
    Locale.setDefault(BEFORE);
  }
}
