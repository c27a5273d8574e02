package dev.orrery.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.agent.startup.Main;
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
  void readsNoBuildMachineStateInStaticInitializers() {
    assertThat(FrozenValues.findings(Main.class, Map.of())).isEmpty();
  }

  @Test
  void keepsWhatCompilerRejectsOutOfStaticFields() {
    assertThat(ImageHeap.findings(Main.class, Map.of())).isEmpty();
  }
}
