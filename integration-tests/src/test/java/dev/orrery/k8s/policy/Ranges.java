package dev.orrery.k8s.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A set of numbers, however large, as ranges.
 *
 * @param parts disjoint, in order
 */
record Ranges(List<Range> parts) {
  static final Ranges NONE = new Ranges(List.of());

  record Range(BigInteger from, BigInteger to) {}

  Ranges {
    parts = parts.stream().sorted(Comparator.comparing(Range::from)).toList();
  }

  static Ranges of(BigInteger from, BigInteger to) {
    return new Ranges(from.compareTo(to) > 0 ? List.of() : List.of(new Range(from, to)));
  }

  static Ranges of(long from, long to) {
    return of(BigInteger.valueOf(from), BigInteger.valueOf(to));
  }

  Ranges plus(Ranges other) {
    return new Ranges(Stream.concat(minus(other).parts.stream(), other.parts.stream()).toList());
  }

  Ranges minus(Ranges other) {
    List<Range> left = parts;
    for (Range taken : other.parts) {
      List<Range> cut = new ArrayList<>();
      for (Range one : left) {
        BigInteger before = one.to().min(taken.from().subtract(BigInteger.ONE));
        BigInteger after = one.from().max(taken.to().add(BigInteger.ONE));
        cut.addAll(of(one.from(), before).parts);
        cut.addAll(of(after, one.to()).parts);
      }
      left = cut;
    }
    return new Ranges(left);
  }

  boolean contains(BigInteger number) {
    return parts.stream()
        .anyMatch(part -> part.from().compareTo(number) <= 0 && part.to().compareTo(number) >= 0);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  String toString(Function<Range, String> spelled) {
    return parts.stream().map(spelled).collect(Collectors.joining(", "));
  }
}
