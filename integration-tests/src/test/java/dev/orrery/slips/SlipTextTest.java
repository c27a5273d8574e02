package dev.orrery.slips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Slips are replayed seldom; this finds a slip whose code was moved or rewritten at once. */
class SlipTextTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root"));

  @Test
  void textOfEachSlipOccursOnceInItsFile() throws IOException {
    List<Slip> slips = Slip.in(ROOT.resolve("integration-tests/src/test/slips"));
    assertThat(slips).hasSizeGreaterThan(200);

    SoftAssertions softly = new SoftAssertions();
    for (Slip slip : slips) {
      String source = Files.readString(ROOT.resolve(slip.file()));
      softly.check(() -> slip.applyTo(source));
    }
    softly.assertAll();
  }
}
