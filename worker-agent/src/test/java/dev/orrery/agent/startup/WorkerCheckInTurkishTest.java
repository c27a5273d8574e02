package dev.orrery.agent.startup;

import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Runs the same tests in Turkish, where the capital of i is not I. */
class WorkerCheckInTurkishTest extends WorkerConfigCheckTest {
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
