package dev.orrery.it.spring;

/** Boot 4.0. */
class SpringBootIT extends SpringBootScenarios {
  SpringBootIT() {
    super("4.0.9");
  }
}
