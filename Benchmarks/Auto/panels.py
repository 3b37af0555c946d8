# Panels for the comparison: unique_id,t,y on full rows; y empty where missing or (Rossmann) closed.
import csv, datetime as dt, os
src=os.environ.get('DATA', '../shared/data'); out=os.environ.get('PANELS', 'panels'); os.makedirs(out,exist_ok=True)
def t(s):
    f='%Y-%m-%d %H:%M:%S' if ' ' in s else '%Y-%m-%d'
    return int(dt.datetime.strptime(s,f).replace(tzinfo=dt.timezone.utc).timestamp())
sel={'nab_cpu':('nab_aws',lambda u:u.startswith(('ec2_cpu','rds_cpu'))),'nab_other':('nab_aws',lambda u:not u.startswith(('ec2_cpu','rds_cpu'))),
 'bit_cpu':('bitbrains_5min',lambda u:u.endswith('cpu_mhz')),'bit_mem':('bitbrains_5min',lambda u:u.endswith('mem_kb')),
 'rossmann':('rossmann_daily',None),'daily':('prophet_daily',None),'monthly':('prophet_monthly',None),'etth1':('etth1',None),'yosemite':('prophet_5min',None)}
for k,(f,p) in sel.items():
    with open(f'{out}/{k}.csv','w') as o:
        for r in csv.DictReader(open(f'{src}/{f}.csv')):
            if p and not p(r['unique_id']): continue
            y=r['y']
            if 'open' in r and r['open']=='0': y=''
            o.write(f"{r['unique_id']},{t(r['ds'])},{y}\n")
