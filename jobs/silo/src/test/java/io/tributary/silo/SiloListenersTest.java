package io.tributary.silo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SiloListenersTest {

    private static final Map<Class<?>, Object> ZEROS =
            Map.of(int.class, 0, long.class, 0L, double.class, 0.0);

    static List<Method> events() {
        return Arrays.asList(SiloListener.class.getMethods());
    }

    @ParameterizedTest
    @MethodSource("events")
    void everybodyHearsEverythingInOrder(Method event) throws Exception {
        var heard = new ArrayList<String>();
        var both = new SiloListeners(List.of(listener("first", heard), listener("second", heard)));

        event.invoke(both, arguments(event));

        assertThat(heard).containsExactly("first " + event.getName(), "second " + event.getName());
    }

    private static SiloListener listener(String name, List<String> heard) {
        return (SiloListener)
                Proxy.newProxyInstance(
                        SiloListener.class.getClassLoader(),
                        new Class<?>[] {SiloListener.class},
                        (self, method, arguments) -> {
                            heard.add(name + " " + method.getName());
                            return null;
                        });
    }

    /** Nothing looks at them. */
    private static Object[] arguments(Method event) {
        return Arrays.stream(event.getParameterTypes()).map(ZEROS::get).toArray();
    }
}
