package dev.orrery.testing.nativeimage;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.MappedByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Selector;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.net.ssl.SSLContext;

/**
 * Finds static fields that reach what a native program may not contain: random generators,
 * addresses, threads, files and sockets. A native build runs all static initializers and stores
 * what they leave behind; the compiler rejects such an object, after minutes.
 *
 * <p>Reads the classes of our modules and of the libraries that no Quarkus extension depends on,
 * because an extension defers the initialization of classes of its own libraries.
 */
public final class ImageHeap {
  private static final String WRAPPERS = Executors.class.getName() + "$";

  /** Rejected whatever their state. */
  private static final List<Class<?>> REJECTED =
      List.of(
          Random.class,
          SplittableRandom.class,
          InetAddress.class,
          Timer.class,
          Process.class,
          ProcessHandle.class,
          Socket.class,
          ServerSocket.class,
          DatagramSocket.class,
          Channel.class,
          Selector.class,
          FileInputStream.class,
          FileOutputStream.class,
          RandomAccessFile.class,
          MappedByteBuffer.class,
          ZipFile.class,
          Cleaner.class,
          Cleaner.Cleanable.class,
          SSLContext.class);

  private final Collection<Library> ours;
  private final URLClassLoader loader;

  private ImageHeap(Collection<Library> ours, URLClassLoader loader) {
    this.ours = ours;
    this.loader = loader;
  }

  /**
   * Checks what the native build of a service contains.
   *
   * @param member any class of the service's module
   * @param exceptions static fields that the compiler does not reach, each with the reason; an
   *     unnecessary exception is a finding
   * @return a line for each field, with what it reaches
   */
  public static List<String> findings(Class<?> member, Map<String, String> exceptions) {
    Libraries libraries = Libraries.of(member);
    return findings(libraries.all(), libraries.ofNoExtension(), exceptions);
  }

  static List<String> findings(
      Collection<Library> all, Collection<Library> ours, Map<String, String> exceptions) {
    URL[] urls = all.stream().map(Library::url).toArray(URL[]::new);
    // A loader of its own: tests in this process must not see what these initializers change.
    try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      Predicate<String> initializedLater =
          all.stream().map(Library::initializedLater).reduce(Predicate::or).orElseThrow();
      return new ImageHeap(ours, loader).findings(initializedLater, exceptions);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> findings(
      Predicate<String> initializedLater, Map<String, String> exceptions) {
    Set<String> unused = new TreeSet<>(exceptions.keySet());
    List<String> findings = new ArrayList<>();
    for (Library library : ours) {
      for (String type : library.classes()) {
        for (Field field : initializedLater.test(type) ? List.<Field>of() : staticFields(type)) {
          String name = type + "." + field.getName();
          Optional<String> rejected = rejected(value(field, null));
          if (rejected.isPresent() && !unused.remove(name)) {
            findings.add(name + " in " + library.name() + " reaches " + rejected.get());
          }
        }
      }
    }
    unused.forEach(name -> findings.add("exception without need: " + name));
    return findings;
  }

  private List<Field> staticFields(String type) {
    try {
      return Stream.of(Class.forName(type, true, loader).getDeclaredFields())
          .filter(field -> Modifier.isStatic(field.getModifiers()))
          .toList();
    } catch (ClassNotFoundException | LinkageError e) {
      // It needs a library that the program lacks. If the program can reach it, the compiler says
      // so.
      return List.of();
    }
  }

  private static Object value(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the first object that the compiler would reject. */
  private Optional<String> rejected(Object root) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> next = new ArrayDeque<>(Stream.ofNullable(root).toList());
    while (!next.isEmpty()) {
      Object value = next.removeFirst();
      if (isRejected(value)) {
        return Optional.of(value.getClass().getName());
      }
      if (seen.add(value)) {
        referred(value).filter(Objects::nonNull).forEach(next::add);
      }
    }
    return Optional.empty();
  }

  private static boolean isRejected(Object value) {
    if (value instanceof Thread thread) {
      return thread.isAlive();
    } else if (value instanceof ThreadPoolExecutor executor) {
      return executor.getPoolSize() > 0;
    } else if (value instanceof ForkJoinPool pool) {
      return pool.getPoolSize() > 0;
    } else if (value instanceof FileDescriptor file) {
      return file.valid();
    } else if (value instanceof ExecutorService) {
      // Hides an executor, which may have started.
      return value.getClass().getName().startsWith(WRAPPERS);
    }
    return REJECTED.stream().anyMatch(type -> type.isInstance(value));
  }

  /** Returns what containers of the JDK and objects of the checked libraries refer to. */
  private Stream<?> referred(Object value) {
    if (value instanceof Object[] array) {
      return Stream.of(array);
    } else if (value instanceof InetSocketAddress socket) {
      return Stream.ofNullable(socket.getAddress());
    } else if (value instanceof AtomicReference<?> reference) {
      return Stream.ofNullable(reference.get());
    } else if (value instanceof Optional<?> optional) {
      return optional.stream();
    } else if (value.getClass().getName().startsWith("java.util.")) {
      if (value instanceof Map<?, ?> map) {
        return Stream.of(map.keySet().toArray(), map.values().toArray()).flatMap(Stream::of);
      }
      return value instanceof Collection<?> all ? Stream.of(all.toArray()) : Stream.empty();
    }
    return isChecked(value.getClass())
        ? Stream.<Class<?>>iterate(value.getClass(), this::isChecked, Class::getSuperclass)
            .flatMap(type -> Stream.of(type.getDeclaredFields()))
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .filter(field -> !field.getType().isPrimitive())
            .map(field -> value(field, value))
        : Stream.empty();
  }

  private boolean isChecked(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source != null && ours.stream().anyMatch(one -> one.url().equals(source.getLocation()));
  }
}
