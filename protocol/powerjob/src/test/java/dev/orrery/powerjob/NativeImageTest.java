package dev.orrery.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.nativeimage.FrozenValues;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Checks that static state is safe for native builds, which run static initializers on the build
 * machine.
 */
class NativeImageTest {
  @Test
  void readsNoBuildMachineStateInStaticInitializers() {
    assertThat(FrozenValues.findings(RunStatus.class, Map.of())).isEmpty();
  }
}
