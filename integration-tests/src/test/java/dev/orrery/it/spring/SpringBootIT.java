package dev.orrery.it.spring;

/** Runs the tests with Spring Boot 4.0. */
class SpringBootIT extends SpringBootScenarios {
  SpringBootIT() {
    super("4.0.9");
  }
}
