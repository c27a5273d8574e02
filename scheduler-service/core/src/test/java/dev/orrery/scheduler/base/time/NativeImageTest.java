package dev.orrery.scheduler.base.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.nativeimage.FrozenValues;
import dev.orrery.testing.nativeimage.ImageHeap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that static initializers keep no state of the machine on which native builds run them. */
@Tag("slow")
class NativeImageTest {
  private static final Map<Class<?>, String> CALLED_LATER =
      Map.of(Ticker.class, "holds System::nanoTime, and calls it whenever it is asked");

  @Test
  void keepsBuildMachineStateOutOfStaticInitializers() {
    assertThat(FrozenValues.findings(Ticker.class, CALLED_LATER)).isEmpty();
  }

  @Test
  void keepsWhatCompilerRejectsOutOfStaticFields() {
    assertThat(ImageHeap.findings(Ticker.class, Map.of())).isEmpty();
  }
}
