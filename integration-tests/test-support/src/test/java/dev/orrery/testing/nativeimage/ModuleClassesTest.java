package dev.orrery.testing.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.orrery.testing.BrokenRules;
import org.junit.jupiter.api.Test;

class ModuleClassesTest {
  @Test
  void initializesAllClassesOfModule() {
    assertThat(ModuleClasses.of(BrokenRules.class).initialized())
        .contains(BrokenRules.class, ModuleClasses.class, FrozenValues.class)
        .doesNotContain(ModuleClassesTest.class);
  }

  @Test
  void refusesClassFromJar() {
    assertThatThrownBy(() -> ModuleClasses.of(ClassFileImporter.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not from a directory");
  }

  static final class Broken {
    static final int VALUE = Integer.parseInt("none");
  }

  @Test
  void namesClassThatFailsToInitialize() {
    ModuleClasses tests = ModuleClasses.of(ModuleClassesTest.class);

    assertThatThrownBy(tests::initialized)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Broken.class.getName());
  }
}
