package dev.orrery.worker.binding;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Names a method in messages, such as {@code com.example.Billing.close(LocalDate)}. */
final class MethodName {
  private MethodName() {}

  static String of(Class<?> type, Method method) {
    return type.getName()
        + "."
        + method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
