package dev.orrery.it.spring;

import dev.orrery.it.harness.AtNight;
import org.junit.jupiter.api.Tag;

/** Boot 4.1, with the starter that is built with 4.0. */
@Tag("thorough")
@AtNight
class SpringBoot41IT extends SpringBootScenarios {
  SpringBoot41IT() {
    super(BOOT_4_1);
  }
}
