package dev.orrery.it.spring;

import dev.orrery.it.harness.AtNight;
import org.junit.jupiter.api.Tag;

/** Runs the tests with Spring Boot 3.5. */
@Tag("thorough")
@AtNight
class SpringBoot3IT extends SpringBootScenarios {
  SpringBoot3IT() {
    super(BOOT_3);
  }
}
