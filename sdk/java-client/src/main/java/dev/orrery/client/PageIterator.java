package dev.orrery.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Iterates over a list, which it reads page by page. It keeps one page in memory. */
final class PageIterator<T> implements Iterator<T> {
  private final Function<Optional<String>, Page<T>> pages;
  private @Nullable Page<T> page;
  private int at;

  /**
   * @param pages returns the page behind a cursor, and the first one without
   */
  PageIterator(Function<Optional<String>, Page<T>> pages) {
    this.pages = pages;
  }

  static <T> Stream<T> stream(Function<Optional<String>, Page<T>> pages) {
    return stream(new PageIterator<>(pages));
  }

  static <T> Stream<T> stream(Iterator<T> items) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(items, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  @Override
  public boolean hasNext() {
    if (page == null) {
      page = pages.apply(Optional.empty());
    }
    while (at == page.items().size() && page.next().isPresent()) {
      page = pages.apply(page.next());
      at = 0;
    }
    return at < page.items().size();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The list has ended.");
    }
    return page.items().get(at++);
  }
}
