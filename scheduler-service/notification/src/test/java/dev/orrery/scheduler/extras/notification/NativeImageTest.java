package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.nativeimage.FrozenValues;
import dev.orrery.testing.nativeimage.ImageHeap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that static initializers keep no state of the machine on which native builds run them. */
@Tag("slow")
class NativeImageTest {
  @Test
  void keepsBuildMachineStateOutOfStaticInitializers() {
    assertThat(FrozenValues.findings(NotificationConfig.class, Map.of())).isEmpty();
  }

  @Test
  void keepsWhatCompilerRejectsOutOfStaticFields() {
    assertThat(ImageHeap.findings(NotificationConfig.class, Map.of())).isEmpty();
  }
}
