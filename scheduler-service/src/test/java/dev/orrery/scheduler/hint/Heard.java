package dev.orrery.scheduler.hint;

import java.util.ArrayList;
import java.util.List;

/** The hints that were given, in their order. */
public final class Heard {
  private final List<Hint> all = new ArrayList<>();

  private Heard() {}

  public static Heard on(HintBus hints) {
    Heard heard = new Heard();
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
