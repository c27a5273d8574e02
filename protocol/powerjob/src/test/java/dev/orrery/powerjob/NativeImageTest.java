package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.nativeimage.FrozenValues;
import dev.orrery.testing.nativeimage.ImageHeap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Checks that static state is safe for native builds, which run static initializers on the build
 * machine.
 */
class NativeImageTest {
  @Test
  void keepsUnsupportedObjectsOutOfStaticFields() {
    assertThat(ImageHeap.findings(RunStatus.class)).isEmpty();
  }

  @Test
  void readsNoBuildMachineStateInStaticInitializers() {
    assertThat(FrozenValues.findings(RunStatus.class, Map.of())).isEmpty();
  }
}
