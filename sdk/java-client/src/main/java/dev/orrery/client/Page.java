package dev.orrery.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list. It can have fewer items than requested, even none, and still have a next
 * page.
 *
 * @param next the cursor of the next page; empty on the last one
 */
public record Page<T>(List<T> items, Optional<String> next) {
  static <T> Page<T> of(Fields json, Function<Fields, T> item) {
    return new Page<>(json.list("items", item), json.optionalText("next"));
  }
}
