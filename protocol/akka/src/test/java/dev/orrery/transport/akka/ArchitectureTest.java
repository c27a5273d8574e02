package dev.orrery.transport.akka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.orrery.transport.akka",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule keepsProxyIndependentOfPekko =
      classes()
          .that()
          .resideInAPackage("dev.orrery.transport.akka.proxy")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "javax.net.ssl", "dev.orrery.protocol..", "dev.orrery.transport.akka..");

  @ArchTest
  static final ArchRule confinesPekkoToArteryPackage =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.orrery.transport.akka.artery")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pekko..", "scala..", "com.typesafe..");
}
