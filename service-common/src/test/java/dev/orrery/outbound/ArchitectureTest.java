package dev.orrery.outbound;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.orrery.outbound",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule dependsOnlyOnVertxAndProtocol =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "io.vertx.core..", "dev.orrery.protocol..", "dev.orrery.outbound");

  @ArchTest
  static final ArchRule confinesNameLookupsToResolver =
      classes()
          .that()
          .doNotHaveFullyQualifiedName("dev.orrery.outbound.NameResolver")
          .should()
          .onlyCallMethodsThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "look no name up",
                  method ->
                      !method.getOwner().isEquivalentTo(java.net.InetAddress.class)
                          || method.getName().equals("getHostAddress")));
}
