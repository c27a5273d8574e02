package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveHierarchyBuildItem;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.jandex.Index;
import org.junit.jupiter.api.Test;

/**
 * Checks what is registered for reflection in a native program: the methods of jobs, their
 * parameters and results.
 */
class NativeRegistrationTest {
  private final List<ReflectiveClassBuildItem> classes = new ArrayList<>();
  private final List<ReflectiveHierarchyBuildItem> results = new ArrayList<>();

  static class Base {
    record Imported(int rows) {}

    @OrreryJob("import")
    Imported importOrders(Optional<LocalDate> day, Money money, int number) {
      return null;
    }

    @OrreryJob("nothing")
    void nothing() {}
  }

  static class Heir extends Base {}

  record Money(int amount) {
    static Money of(String text) {
      return new Money(Integer.parseInt(text));
    }
  }

  @Test
  void registersJobMethodsParametersAndResultsForReflection() throws IOException {
    new OrreryProcessor()
        .register(
            new JobClassesBuildItem(JobClasses.in(Index.of(Base.class, Heir.class))),
            new JobBeansBuildItem(Map.of("bean", Heir.class.getName())),
            classes::add,
            results::add);

    assertThat(classes)
        .allMatch(ReflectiveClassBuildItem::isMethods)
        .flatExtracting(ReflectiveClassBuildItem::getClassNames)
        .contains(
            Heir.class.getName(),
            Base.class.getName(),
            LocalDate.class.getName(),
            Money.class.getName(),
            "io.smallrye.mutiny.Uni")
        .doesNotContain("int");
    assertThat(results)
        .extracting(result -> result.getType().name().toString())
        .containsExactly(Money.class.getName(), Base.Imported.class.getName());
  }
}
