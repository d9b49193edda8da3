from benchmarks.lookup_pacing import tolerated_rate
if __name__ == "__main__":
    for l in tolerated_rate(): print(l)
