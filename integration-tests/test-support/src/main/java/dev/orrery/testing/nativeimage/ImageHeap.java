package dev.orrery.testing.nativeimage;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.http.HttpClient;
import java.nio.MappedByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.ZipFile;
import javax.net.ssl.SSLContext;

/**
 * Finds objects that a native build would store in its image. Quarkus initializes all classes of an
 * application at build time, so every object that a static field reaches is stored in the program.
 * The image builder rejects some types there (addresses, threads, seeded generators); others it
 * accepts, and they are dead at run time. This class finds both without an image builder.
 *
 * <p>It follows arrays, fields, captured variables of lambdas, and the collections, maps,
 * references and futures of the JDK. It cannot inspect other classes of the JDK, static fields of
 * libraries, or objects that Quarkus itself stores.
 */
public final class ImageHeap {
  private static final List<Class<?>> REFUSED =
      List.of(
          Random.class,
          SplittableRandom.class,
          InetAddress.class,
          SocketAddress.class,
          Socket.class,
          ServerSocket.class,
          DatagramSocket.class,
          Channel.class,
          Selector.class,
          HttpClient.class,
          Thread.class,
          Executor.class,
          Timer.class,
          Process.class,
          ProcessHandle.class,
          FileDescriptor.class,
          FileInputStream.class,
          FileOutputStream.class,
          RandomAccessFile.class,
          // Also every direct buffer.
          MappedByteBuffer.class,
          ZipFile.class,
          Cleaner.class,
          Cleaner.Cleanable.class,
          SSLContext.class);

  /** Libraries with their own support for native builds. */
  private static final List<String> LIBRARIES_WITH_SUPPORT =
      List.of(
          "com.fasterxml.jackson.", "org.jboss.logging.", "org.jboss.logmanager.", "org.slf4j.");

  private ImageHeap() {}

  /**
   * Initializes every class of a module and follows its static fields.
   *
   * @param member any class of the module, which must be compiled to a directory
   * @return a line for each field that reaches a rejected type, with the path and the type
   */
  public static List<String> findings(Class<?> member) {
    return findings(ModuleClasses.of(member).initialized());
  }

  static List<String> findings(Collection<? extends Class<?>> classes) {
    List<String> findings = new ArrayList<>();
    for (Class<?> type : classes) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          String name = type.getName() + "." + field.getName();
          read(field, null).flatMap(value -> new Walk().find(value, name)).ifPresent(findings::add);
        }
      }
    }
    return findings;
  }

  /** Empty for null, and for a field of another module that is not open. */
  private static Optional<Object> read(Field field, Object owner) {
    try {
      return field.trySetAccessible() ? Optional.ofNullable(field.get(owner)) : Optional.empty();
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A breadth-first search, which finds the shortest paths. */
  private static final class Walk {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Step> next = new ArrayDeque<>();

    private record Step(Object value, String path) {}

    Optional<String> find(Object root, String name) {
      add(root, name);
      while (!next.isEmpty()) {
        Step step = next.removeFirst();
        Optional<Class<?>> refused = refused(step.value());
        if (refused.isPresent()) {
          return Optional.of(
              step.path() + " is a " + step.value().getClass().getName() + kind(step, refused));
        }
        follow(step.value(), step.path());
      }
      return Optional.empty();
    }

    private static Optional<Class<?>> refused(Object value) {
      return REFUSED.stream().filter(type -> type.isInstance(value)).findFirst();
    }

    private static String kind(Step step, Optional<Class<?>> refused) {
      return refused
          .filter(type -> type != step.value().getClass())
          .map(type -> " (" + type.getSimpleName() + ")")
          .orElse("");
    }

    private void add(Object value, String path) {
      if (value != null && !isLeaf(value) && seen.add(value)) {
        next.add(new Step(value, path));
      }
    }

    private static boolean isLeaf(Object value) {
      return value instanceof Class<?>
          || value instanceof ClassLoader
          || value instanceof System.Logger
          || value instanceof java.util.logging.Logger
          || LIBRARIES_WITH_SUPPORT.stream().anyMatch(value.getClass().getName()::startsWith);
    }

    private void follow(Object value, String path) {
      if (value instanceof Object[] array) {
        for (int i = 0; i < Array.getLength(array); i++) {
          add(array[i], path + "[" + i + "]");
        }
      } else if (value.getClass().getName().startsWith("java.")) {
        followJdk(value, path);
      } else {
        followFields(value, path);
      }
    }

    private void followJdk(Object value, String path) {
      if (value instanceof Collection<?> collection) {
        int index = 0;
        for (Object element : collection) {
          add(element, path + "[" + index++ + "]");
        }
      } else if (value instanceof Map<?, ?> map) {
        map.forEach(
            (key, mapped) -> {
              add(key, path + " key " + label(key));
              add(mapped, path + "[" + label(key) + "]");
            });
      } else if (value instanceof Map.Entry<?, ?> entry) {
        add(entry.getKey(), path + ".key");
        add(entry.getValue(), path + ".value");
      } else if (value instanceof Optional<?> optional) {
        add(optional.orElse(null), path + ".get()");
      } else if (value instanceof AtomicReference<?> reference) {
        add(reference.get(), path + ".get()");
      } else if (value instanceof AtomicReferenceArray<?> array) {
        for (int i = 0; i < array.length(); i++) {
          add(array.get(i), path + "[" + i + "]");
        }
      } else if (value instanceof Reference<?> reference) {
        add(reference.get(), path + ".get()");
      } else if (value instanceof CompletableFuture<?> future) {
        if (future.isDone() && !future.isCompletedExceptionally()) {
          add(future.join(), path + ".join()");
        }
      }
    }

    /** Shows keys only if that does not run our code. */
    private static String label(Object key) {
      return key instanceof String || key instanceof Enum<?> || key instanceof Number
          ? key.toString()
          : key == null ? "null" : key.getClass().getSimpleName();
    }

    private void followFields(Object value, String path) {
      for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            read(field, value).ifPresent(held -> add(held, path + "." + field.getName()));
          }
        }
      }
    }
  }
}
