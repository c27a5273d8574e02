package dev.orrery.it.spring;

import org.junit.jupiter.api.Tag;

/** Runs the tests with Spring Boot 4.0. */
@Tag("thorough")
class SpringBootIT extends SpringBootScenarios {
  SpringBootIT() {
    super("4.0.9");
  }
}
