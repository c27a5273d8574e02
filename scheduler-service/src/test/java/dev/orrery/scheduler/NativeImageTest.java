package dev.orrery.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.edge.startup.Main;
import dev.orrery.testing.nativeimage.FrozenValues;
import dev.orrery.testing.nativeimage.ImageHeap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that static initializers keep no state of the build machine, on which native builds run
 * them.
 */
@Tag("slow")
class NativeImageTest {
  @Test
  void keepsBuildMachineStateOutOfStaticInitializers() {
    assertThat(FrozenValues.findings(Main.class, Map.of())).isEmpty();
  }

  @Test
  void keepsWhatCompilerRejectsOutOfStaticFields() {
    assertThat(ImageHeap.findings(Main.class, Map.of())).isEmpty();
  }
}
