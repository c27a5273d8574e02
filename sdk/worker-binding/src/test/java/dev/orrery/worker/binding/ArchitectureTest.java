package dev.orrery.worker.binding;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.testing.PublicSignatures;

@AnalyzeClasses(
    packages = {"dev.orrery.worker.binding", "dev.orrery.worker.annotation"},
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule dependsOnlyOnJdkProtocolTriggersClientAndWorkerSdk =
      classes()
          .that()
          .resideOutsideOfPackages(
              "dev.orrery.worker.binding.client", "dev.orrery.worker.binding.micrometer")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl",
              "org.jspecify.annotations",
              "dev.orrery.client",
              "dev.orrery.protocol",
              "dev.orrery.protocol.json",
              "dev.orrery.protocol.message",
              "dev.orrery.protocol.text",
              "dev.orrery.trigger..",
              "dev.orrery.worker",
              "dev.orrery.worker.annotation",
              "dev.orrery.worker.binding..");

  @ArchTest
  static final ArchRule restrictsAnnotationsToTheJdk =
      classes()
          .that()
          .resideInAPackage("dev.orrery.worker.annotation")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify.annotations", "dev.orrery.worker.annotation");

  @ArchTest
  static final ArchRule keepsDeclarationsIndependentOfBoundMethods =
      noClasses()
          .that()
          .resideInAPackage("dev.orrery.worker.binding.declare")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.orrery.worker.binding");

  @ArchTest
  static final ArchRule exposesNoInternalTypes =
      PublicSignatures.showNoInternalType(
          "dev.orrery.worker.annotation", "dev.orrery.worker.binding..");
}
