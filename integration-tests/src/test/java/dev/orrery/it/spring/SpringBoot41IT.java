package dev.orrery.it.spring;

import dev.orrery.it.harness.AtNight;
import org.junit.jupiter.api.Tag;

/** Runs the tests with Spring Boot 4.1, and the starter that is built with 4.0. */
@Tag("thorough")
@AtNight
class SpringBoot41IT extends SpringBootScenarios {
  SpringBoot41IT() {
    super(BOOT_4_1);
  }
}
