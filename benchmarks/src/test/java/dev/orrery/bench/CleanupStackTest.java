package dev.orrery.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupStackTest {
  private final List<String> ended = new ArrayList<>();

  private AutoCloseable thing(String name) {
    return () -> ended.add(name);
  }

  @Test
  void closesResourcesInReverseOrderAndOnlyOnce() {
    CleanupStack ending = new CleanupStack();
    ending.start(() -> thing("database"));
    ending.start(() -> thing("scheduler"));
    ending.start(() -> thing("agent"));

    ending.close();
    ending.close();

    assertThat(ended).containsExactly("agent", "scheduler", "database");
  }

  @Test
  void closesRemainingResourcesWhenCloseThrows() {
    CleanupStack ending = new CleanupStack();
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
  void refusesToStartResourcesAfterClose() {
    CleanupStack ending = new CleanupStack();
    ending.close();

    assertThatThrownBy(() -> ending.start(() -> thing("late")))
        .isInstanceOf(CleanupStack.Interrupted.class);
    assertThat(ending.hasEnded()).isTrue();
    assertThat(ended).isEmpty();
  }
}
