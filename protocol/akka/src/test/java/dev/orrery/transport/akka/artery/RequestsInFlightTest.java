package dev.orrery.transport.akka.artery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.transport.akka.artery.RequestsInFlight.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestsInFlightTest {
  private static final int LIMIT = 3;
  private static final long SYSTEM = 7;
  private static final long OTHER = 8;

  private final RequestsInFlight inFlight = new RequestsInFlight(LIMIT);
  private final List<String> gone = new ArrayList<>();

  private Request begin(long system) {
    return inFlight.begin(system).orElseThrow();
  }

  @Test
  void admitsAnyNumberOfConsecutiveRequests() {
    for (int n = 0; n < 2 * LIMIT; n++) {
      begin(SYSTEM).end();
    }

    assertThat(inFlight.begin(SYSTEM)).isPresent();
  }

  @Test
  void limitsConcurrentRequestsUntilRequestEnds() {
    begin(SYSTEM);
    begin(OTHER);
    Request last = begin(SYSTEM);
    assertThat(inFlight.begin(SYSTEM)).isEmpty();
    assertThat(inFlight.begin(OTHER)).isEmpty();

    last.end();

    assertThat(inFlight.begin(OTHER)).isPresent();
    assertThat(inFlight.begin(OTHER)).isEmpty();
  }

  @Test
  void countsRepeatedEndOfRequestOnce() {
    begin(SYSTEM);
    begin(SYSTEM);
    Request last = begin(SYSTEM);

    last.end();
    last.end();

    begin(SYSTEM);
    assertThat(inFlight.begin(SYSTEM)).isEmpty();
  }

  @Test
  void runsEachActionOfDisconnectedSystemOnce() {
    begin(SYSTEM).whenGone(() -> gone.add("one"));
    Request two = begin(SYSTEM);
    two.whenGone(() -> gone.add("two"));
    two.whenGone(() -> gone.add("three"));
    begin(OTHER).whenGone(() -> gone.add("other"));

    inFlight.onDisconnected(SYSTEM);
    inFlight.onDisconnected(SYSTEM);

    assertThat(gone).containsExactlyInAnyOrder("one", "two", "three");
    inFlight.onDisconnected(OTHER);
    assertThat(gone).containsExactlyInAnyOrder("one", "two", "three", "other");
  }

  @Test
  void discardsActionsOfEndedRequest() {
    Request ended = begin(SYSTEM);
    ended.whenGone(() -> gone.add("before its end"));
    begin(SYSTEM).whenGone(() -> gone.add("in flight"));

    ended.end();
    ended.whenGone(() -> gone.add("after its end"));
    inFlight.onDisconnected(SYSTEM);

    assertThat(gone).containsExactly("in flight");
  }

  @Test
  void keepsSlotOfDisconnectedRequestUntilItsEnd() {
    Request last = null;
    for (int n = 0; n < LIMIT; n++) {
      last = begin(SYSTEM);
      last.whenGone(() -> gone.add("gone"));
    }

    inFlight.onDisconnected(SYSTEM);
    assertThat(inFlight.begin(OTHER)).isEmpty();

    last.end();
    assertThat(inFlight.begin(OTHER)).isPresent();
  }
}
