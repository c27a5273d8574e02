package dev.orrery.scheduler.base.hint;

import java.util.ArrayList;
import java.util.List;

/** The hints that were given, in their order. */
public final class RecordedHints {
  private final List<Hint> all = new ArrayList<>();

  private RecordedHints() {}

  public static RecordedHints on(HintBus hints) {
    RecordedHints heard = new RecordedHints();
    hints.listen(heard.all::add);
    return heard;
  }

  public List<Hint> all() {
    return List.copyOf(all);
  }

  public void forget() {
    all.clear();
  }
}
