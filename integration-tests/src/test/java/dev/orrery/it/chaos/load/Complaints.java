package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.world.Member;
import dev.orrery.it.chaos.world.World;
import java.util.List;
import java.util.stream.Stream;

/** What processes say when they find that one of their own rules is broken. */
public final class Complaints {
  static final List<String> SIGNS =
      List.of(
          "had no live session; they were requeued",
          "had no run and no next fire",
          "fire times had an instance already",
          "instances instead of",
          "outcomes of",
          "Nothing overlaps",
          "OutOfMemoryError",
          "deadlock detected");

  private Complaints() {}

  public static List<String> of(World world) {
    return world.members().flatMap(Complaints::of).toList();
  }

  private static Stream<String> of(Member member) {
    return member.outputs().stream()
        .flatMap(String::lines)
        .filter(line -> SIGNS.stream().anyMatch(line::contains))
        .map(line -> member.name() + ": " + line);
  }
}
