package dev.orrery.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.orrery.testing.PublicSignatures;

@AnalyzeClasses(
    packages = "dev.orrery.worker",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule dependsOnlyOnJdkAndProtocol =
      classes()
          .that()
          .resideOutsideOfPackages("dev.orrery.worker.capture.logback", "dev.orrery.worker.otel")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl",
              "org.jspecify.annotations",
              "dev.orrery.protocol..",
              "dev.orrery.worker..");

  @ArchTest
  static final ArchRule keepsOtherPackagesIndependentOfOptionalLibraries =
      classes()
          .that()
          .resideOutsideOfPackages("dev.orrery.worker.capture.logback", "dev.orrery.worker.otel")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("dev.orrery.worker.capture.logback", "dev.orrery.worker.otel");

  @ArchTest
  static final ArchRule containsNoPackageCycles =
      slices().matching("dev.orrery.worker.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule confinesJsonAndHttpToClientPackage =
      classes()
          .that()
          .resideOutsideOfPackage("dev.orrery.worker.client")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("dev.orrery.protocol.json..", "java.net.http..");

  @ArchTest
  static final ArchRule exposesNoInternalTypes =
      PublicSignatures.showNoInternalType(
          "dev.orrery.worker", "dev.orrery.worker.capture..", "dev.orrery.worker.otel");
}
