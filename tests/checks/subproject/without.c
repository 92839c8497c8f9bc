/* A program of a parent project that has nothing to do with Protocol Toolkit. */
int main(void) {
    return 0;
}
