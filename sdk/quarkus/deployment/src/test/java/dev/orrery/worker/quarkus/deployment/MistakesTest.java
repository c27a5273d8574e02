package dev.orrery.worker.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.Param;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.quarkus.json.JacksonResultWriter;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Checks that the build of an application reports all mistakes in its jobs in one message. */
@Tag("slow")
class MistakesTest {

  @RegisterExtension
  static final QuarkusUnitTest BUILD =
      new QuarkusUnitTest()
          .withEmptyApplication()
          .overrideConfigKey("cron.of.application", "0 61 * * * *")
          .overrideConfigKey("quarkus.arc.exclude-types", JacksonResultWriter.class.getName())
          .assertException(MistakesTest::namesEachMistake);

  @ApplicationScoped
  static class First {
    @OrreryJob("import")
    void importOrders() {}

    @OrreryJob("convert")
    void convert(Row row) {}

    @SuppressWarnings("UnusedMethod") // that is the mistake
    @OrreryJob("private")
    private void secret() {}

    @OrreryJob("later")
    Supplier<String> later() {
      return null;
    }

    @OrreryJob("several")
    Multi<String> several() {
      return null;
    }

    @OrreryJob("all-later")
    List<Uni<String>> allLater() {
      return null;
    }

    @OrreryJob("date")
    void date(Date day) {}

    @NonBlocking
    @OrreryJob("elsewhere")
    void elsewhere() {}

    @OrreryJob("row")
    Row row() {
      return null;
    }

    @OrreryJob("number")
    void number(@Param(defaultValue = "twelve") int rows) {}

    @OrrerySchedule(cron = "0 30 2 * * *")
    void scheduleOnly() {}
  }

  @ApplicationScoped
  static class Second {
    @OrreryJob("import")
    void importAgain() {}

    @OrreryJob("bad-cron")
    @OrrerySchedule(cron = "0 30 25 * * *")
    void badCron() {}

    @OrreryJob("configured-cron")
    @OrrerySchedule(cron = "${cron.of.application}")
    void configuredCron() {}

    @OrreryJob("later-cron")
    @OrrerySchedule(cron = "${cron.of.the.installation}", zone = "${zone.of.the.installation}")
    void cronThatIsSetLater() {}
  }

  static class WithoutBean {
    @OrreryJob("lost")
    void lost(String text, int number) {}
  }

  abstract static class Base {
    @OrreryJob("inherited")
    void inherited() {}
  }

  @ApplicationScoped
  static class Heir extends Base {}

  @ApplicationScoped
  @IfBuildProfile("nightly")
  static class OtherProfile {
    @OrreryJob("nightly")
    void nightly() {}
  }

  /** No text is converted to it. */
  record Row(int number, String text) {}

  private static void namesEachMistake(Throwable failure) {
    String first = First.class.getName();
    String second = Second.class.getName();
    assertThat(failure).hasRootCauseInstanceOf(InvalidJobsException.class);
    String message = failure.getMessage();
    assertThat(message)
        .contains("14 mistakes")
        .contains("- " + first + ".convert(Row): the parameter 'row' has the type")
        .contains("- " + first + ".secret(): it is private")
        .contains("- " + first + ".later(): it returns a Supplier")
        .contains("- " + first + ".several(): it returns a Multi, and the run would end before")
        .contains("- " + first + ".allLater(): it returns a List with a Uni in it")
        .contains("- " + first + ".date(Date): the parameter 'day' has the type java.util.Date")
        .contains("- " + first + ".elsewhere(): it has @NonBlocking")
        .contains("- " + first + ".row(): it returns a Row, and there is no library that writes")
        .contains("- " + first + ".number(int): the default 'twelve'")
        .contains("- " + first + ".scheduleOnly(): @OrrerySchedule without @OrreryJob.")
        .containsPattern("the name 'import' is also that of .*Give each method its own name")
        .contains("- " + second + ".badCron(): Cron field 'hour' is '25'")
        .contains("- " + second + ".configuredCron(): Cron field 'minute' is '61'")
        .contains(
            "- "
                + WithoutBean.class.getName()
                + ".lost(String, int): no bean has this method. Annotate its class with"
                + " @ApplicationScoped")
        .doesNotContain("inherited")
        .doesNotContain("nightly")
        .doesNotContain("cronThatIsSetLater");
  }

  @Test
  void failsBuildAndReportsEveryInvalidJob() {
    throw new AssertionError("The application was built and started");
  }
}
