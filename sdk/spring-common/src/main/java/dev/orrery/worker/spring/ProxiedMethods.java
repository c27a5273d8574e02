package dev.orrery.worker.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/** Decides which methods of a bean's class can be called on the bean, which may be a proxy. */
final class ProxiedMethods {
  private ProxiedMethods() {}

  /** Returns why the method must not be called, with the fix. */
  static Optional<String> refusal(Object bean, Method method) {
    if (!AopUtils.isAopProxy(bean)) {
      return Optional.empty();
    }
    if (Modifier.isStatic(method.getModifiers())) {
      return Optional.of(
          "it is static, and the bean is a proxy, which does not see the call: what its"
              + " annotations add, such as a transaction, would be missing. Leave 'static' out.");
    }
    if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(method.getModifiers())) {
      return Optional.of(
          "it is final, and the bean is a proxy, on which a final method finds no fields. Leave"
              + " 'final' out (in Kotlin, write 'open').");
    }
    if (AopUtils.isJdkDynamicProxy(bean) && callable(bean, method).isEmpty()) {
      return Optional.of(
          "the bean is a proxy of its interfaces, and none of them has the method. Add it to one,"
              + " or let Spring proxy the class: proxyTargetClass = true, or"
              + " ScopedProxyMode.TARGET_CLASS.");
    }
    return Optional.empty();
  }

  /** Returns the method of the bean's class or interface; empty if it has none. */
  static Optional<Method> callable(Object bean, Method method) {
    if (method.getDeclaringClass().isInstance(bean)) {
      return Optional.of(method);
    }
    return Stream.of(ClassUtils.getAllInterfaces(bean))
        .flatMap(type -> Stream.of(type.getMethods()))
        .filter(
            declared ->
                declared.getName().equals(method.getName())
                    && AopUtils.getMostSpecificMethod(declared, method.getDeclaringClass())
                        .equals(method))
        .findFirst();
  }
}
