package dev.orrery.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndingTest {
  private final List<String> ended = new ArrayList<>();

  private AutoCloseable thing(String name) {
    return () -> ended.add(name);
  }

  @Test
  void endsTheLastOneFirstAndEachOnce() {
    Ending ending = new Ending();
    ending.start(() -> thing("database"));
    ending.start(() -> thing("scheduler"));
    ending.start(() -> thing("agent"));

    ending.close();
    ending.close();

    assertThat(ended).containsExactly("agent", "scheduler", "database");
  }

  @Test
  void whatCannotBeEndedDoesNotKeepTheOthers() {
    Ending ending = new Ending();
    ending.start(() -> thing("database"));
    ending.start(
        () ->
            (AutoCloseable)
                () -> {
                  throw new IllegalStateException("does not die");
                });

    ending.close();

    assertThat(ended).containsExactly("database");
  }

  @Test
  void nothingIsStartedAfterwards() {
    Ending ending = new Ending();
    ending.close();

    assertThatThrownBy(() -> ending.start(() -> thing("late")))
        .isInstanceOf(Ending.Interrupted.class);
    assertThat(ending.hasEnded()).isTrue();
    assertThat(ended).isEmpty();
  }
}
